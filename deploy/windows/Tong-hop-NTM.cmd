@echo off
rem Double click: asks the period, consolidates, opens the result.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
title Tổng hợp báo cáo xã nông thôn mới
cd /d "%~dp0"

echo.
echo   TỔNG HỢP BÁO CÁO XÃ NÔNG THÔN MỚI
echo.
echo   Đặt các tệp Excel nhận được vào thư mục:  %~dp0inbox\KỲ   (ví dụ inbox\2017-Q4)
echo.
set "KY="
if not "%~1"=="" set "KY=%~1"
if not defined KY set /p "KY=  Kỳ báo cáo (ví dụ 2017-Q4; bấm Enter để lấy kỳ vừa kết thúc): "
if not defined KY set "KY=auto"

ntm.exe run --period "%KY%" --inbox inbox --data data --out out
set "MA=%ERRORLEVEL%"
echo.
if "%MA%"=="0" echo   Xong: đã công bố, không còn gì phải xử lý.
if "%MA%"=="3" echo   Xong: đã công bố. Còn tệp bị trả lại, đơn vị chưa nộp hoặc số liệu phải sửa, xem ở trên.
if "%MA%"=="0" goto mo
if "%MA%"=="3" goto mo
echo   Chưa công bố được (trạng thái %MA%). Xem lý do và cách xử lý ở trên.
goto het

:mo
rem The period that was published last, and the version that stands.
if not "%KY%"=="auto" goto ban
for /f "delims=" %%d in ('dir /b /ad /o-d out 2^>nul') do (set "KY=%%d" & goto ban)
:ban
set "BAN=latest"
if exist "out\%KY%\LATEST" set /p BAN=<"out\%KY%\LATEST"
set "TEP=out\%KY%\%BAN%\tong-hop-ntm-%KY%.xlsx"
if defined NTM_KHONG_MO goto het
if exist "%TEP%" (start "" "%TEP%") else start "" explorer "out\%KY%"

:het
echo.
if not defined NTM_KHONG_MO pause
exit /b %MA%
